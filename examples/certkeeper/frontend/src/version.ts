/** Version of this build; every report to the server carries it. */
export const VERSION: string = import.meta.env['VITE_APP_VERSION'] ?? '0.0.0-dev';
