package io.myriapod.agent.service;

import java.util.Optional;
import java.util.function.Supplier;

/** The id of the request that this thread serves, for whoever writes it into a record. */
final class CurrentRequest {
  private static final ThreadLocal<String> ID = new ThreadLocal<>();

  private CurrentRequest() {}

  static Optional<String> id() {
    return Optional.ofNullable(ID.get());
  }

  static <T> T with(String id, Supplier<T> work) {
    ID.set(id);
    try {
      return work.get();
    } finally {
      ID.remove();
    }
  }
}
