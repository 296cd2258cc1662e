package io.myriapod.cni.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What an executed plugin's output means. */
final class PluginOutput {
  private static final int SHOWN = 1024;

  private PluginOutput() {}

  /**
   * The result of an ADD; {@code null} on stdout is an empty one, as in libcni.
   *
   * @param configVersion of a result that does not say its own
   */
  static CniResult result(String type, byte[] stdout, CniVersion configVersion) {
    String attempt = "ADD by plugin \"%s\"".formatted(type);
    try {
      return ResultCodec.decode(Json.parse(stdout, "its result"), configVersion);
    } catch (CniException e) {
      int code =
          e.code() == ErrorCode.INCOMPATIBLE_VERSION ? e.code() : ErrorCode.FOREIGN_PLUGIN_FAILED;
      throw new CniException(
          code,
          attempt + ": " + e.getMessage(),
          "the plugin exited with 0, but printed no usable CNI result; see its own documentation",
          e);
    }
  }

  /** The plugin's own error, or a 104 with the end of what it wrote. */
  static CniException error(Launcher.Outcome outcome) {
    return decoded(outcome.stdout())
        .orElseGet(
            () -> {
              String stdout = tail(outcome.stdout());
              String said = stdout.isEmpty() ? "" : ": " + stdout;
              return new CniException(
                  ErrorCode.FOREIGN_PLUGIN_FAILED,
                  "exit code %d and no CNI error on stdout%s".formatted(outcome.exitCode(), said),
                  tail(outcome.stderr()));
            });
  }

  private static Optional<CniException> decoded(byte[] stdout) {
    try {
      JsonNode node = Json.parse(stdout, "its error");
      return ErrorObject.decode(node);
    } catch (CniException e) {
      return Optional.empty();
    }
  }

  /** The last 1,024 characters without blanks around them; control characters become blanks. */
  static String tail(byte[] output) {
    int from = Math.max(0, output.length - SHOWN);
    String text = new String(output, from, output.length - from, StandardCharsets.UTF_8);
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", " ").strip();
  }
}
