// One test file for all of them: a worker takes longer to load the CDK than to run what they say.
import './functions.suite.ts';
import './http.suite.ts';
import './permissions.suite.ts';
import './state.suite.ts';
import './triggers.suite.ts';
