export * from './answers';
export * from './grey';
export * from './hounsfield';
export * from './resize';
