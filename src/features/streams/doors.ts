export { routeFollowTopics as routeStreams } from './queries/follow-topics/follow-topics.route.ts';
