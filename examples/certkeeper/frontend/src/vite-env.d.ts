interface ImportMetaEnv {
  /** Set when the files are built. */
  readonly VITE_APP_VERSION?: string;
}
