package io.myriapod.deviceplugin.kubelet;

/** How the kubelet learns of a resource's socket. */
public enum RegistrationMode {
  /** It watches a folder for sockets and asks each what it is. */
  WATCHER("watcher"),
  /** It is called, and told the name of a socket beside its own. */
  LEGACY("legacy");

  private final String word;

  RegistrationMode(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
