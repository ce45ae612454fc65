/** What only a server needs: other commands do not wait until it is loaded. */
export { default as compress } from '@fastify/compress';
export { default as helmet } from '@fastify/helmet';
export { default as serveFiles } from '@fastify/static';
export { default as swagger } from '@fastify/swagger';
export { default as swaggerUi } from '@fastify/swagger-ui';
export { default as websocket } from '@fastify/websocket';
export { fastify, LogController } from 'fastify';
