export { createRedisAccess, type RedisClientOptions } from './redis-client.ts';
