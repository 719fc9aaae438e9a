import Type from 'typebox';
import { errorClasses } from './error-classes.ts';

export const ErrorClassName = Type.Enum([...errorClasses]);
