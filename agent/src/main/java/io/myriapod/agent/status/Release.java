package io.myriapod.agent.status;

import java.util.Optional;

/** Which release of Myriapod this is. */
public final class Release {
  private Release() {}

  /** As it is written into the jar. */
  public static String text() {
    return Optional.ofNullable(Release.class.getPackage().getImplementationVersion())
        .orElse("unreleased");
  }
}
