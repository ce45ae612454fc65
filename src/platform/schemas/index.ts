export { validatorOf } from './validator-of.ts';
