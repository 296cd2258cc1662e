package io.myriapod.kubernetes.directory;

/** A file is no YAML or JSON, or beyond a bound; says where. */
public final class UnreadableManifestException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Place place;

  UnreadableManifestException(String message, Place place, Throwable cause) {
    super(message, cause);
    this.place = place;
  }

  /** The first thing that could not be read. */
  public Place place() {
    return place;
  }
}
