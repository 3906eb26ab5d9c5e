export { loadRecipe } from './recipe/load.ts';
