export { readConfig, type Config, type ConfigOverrides } from './config.ts';
