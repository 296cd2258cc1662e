package io.myriapod.kubernetes.directory;

import java.util.List;

/** Where the values of one document of a file stand. */
interface DocumentPlaces {
  /** Where that key or element is; the nearest one above if there is none. */
  Place at(List<String> path);

  /** The string of that path. */
  PlacedText text(List<String> path, String value);
}
