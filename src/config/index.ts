export { readConfig, type Config, type ConfigOverrides, type ProviderConfig } from './config.ts';
