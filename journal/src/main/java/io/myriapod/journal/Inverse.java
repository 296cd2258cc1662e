package io.myriapod.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How to undo one step: data only. {@code kind} names the handler that knows how to read {@code
 * data}, which carries its own version where it may ever change.
 */
public record Inverse(String kind, UndoClass undoClass, ObjectNode data) {
  public Inverse {
    if (kind.isEmpty()) {
      throw new IllegalArgumentException("inverse of class %s: kind is empty".formatted(undoClass));
    }
    data = data.deepCopy();
  }

  /** A copy. */
  @Override
  public ObjectNode data() {
    return data.deepCopy();
  }

  /** The same inverse with these fields of its data set anew; others stay. */
  Inverse refined(ObjectNode fields) {
    ObjectNode all = data();
    all.setAll(fields.deepCopy());
    return new Inverse(kind, undoClass, all);
  }
}
