/** The versions of the API that are served. They take the same messages; the names of types in errors say which one was called. */
export type ApiVersion = 'v1' | 'v1beta';
