package io.myriapod.agent.inspection;

import io.myriapod.kubernetes.directory.Place;

/**
 * Something that is wrong in a file.
 *
 * @param file as it was named, or found below a folder that was
 * @param object such as {@code Pod shop/db-0}; empty for the file as a whole
 * @param details what to do; may be empty
 */
public record Finding(
    String file, Place place, String object, Severity severity, String message, String details) {

  /** The same, but an error. */
  Finding strictly() {
    return new Finding(file, place, object, Severity.ERROR, message, details);
  }
}
