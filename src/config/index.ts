export { readConfig, type Config, type ConfigOverrides, type ProviderConfig } from './config.ts';
export { settingsOf, type Setting } from './settings.ts';
