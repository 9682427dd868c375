/** See page-tests.ts. */
import { testPages } from './page-tests.js';

testPages(2);
