import Type from 'typebox';
import { errorClasses } from '../domain/error-classes.ts';

export const ErrorClassName = Type.Enum([...errorClasses]);
