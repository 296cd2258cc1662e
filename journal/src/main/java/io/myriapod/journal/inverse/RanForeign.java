package io.myriapod.journal.inverse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A foreign plugin was executed for ADD: execute it for DEL, with the same config and environment.
 *
 * @param type the plugin's type, which names its executable
 * @param configJson what the plugin got on stdin, character for character and without {@code
 *     prevResult}, which the handler adds from the record's fact {@code result}
 * @param environment the {@code CNI_*} variables of the ADD ({@code CNI_CONTAINERID}, {@code
 *     CNI_IFNAME}, {@code CNI_NETNS}, {@code CNI_ARGS}) without {@code CNI_COMMAND} and {@code
 *     CNI_PATH}
 * @param searchPath the directories of {@code CNI_PATH} in order
 */
public record RanForeign(
    String type, String configJson, Map<String, String> environment, List<String> searchPath) {
  public static final String KIND = "foreign-plugin";

  public RanForeign {
    environment = Map.copyOf(environment);
    searchPath = List.copyOf(searchPath);
  }

  /**
   * The same from the config's bytes.
   *
   * @throws IllegalArgumentException if they are not UTF-8, which JSON has to be
   */
  public static RanForeign of(
      String type, byte[] config, Map<String, String> environment, List<String> searchPath) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(config)).toString();
      return new RanForeign(type, text, environment, searchPath);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("config of plugin \"%s\": not UTF-8".formatted(type), e);
    }
  }

  /**
   * Reads what {@link #toInverse()} wrote.
   *
   * @throws IllegalArgumentException if the inverse is of another kind or lacks a field
   */
  public static RanForeign from(Inverse inverse) {
    InverseFields fields = InverseFields.of(inverse, KIND);
    return new RanForeign(
        fields.text("type"),
        fields.text("config"),
        fields.map("environment"),
        fields.list("searchPath"));
  }

  /** The config's bytes. */
  public byte[] config() {
    return configJson.getBytes(StandardCharsets.UTF_8);
  }

  /** A variable of the environment. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name));
  }

  public Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("type", type);
    data.put("config", configJson);
    ObjectNode variables = data.putObject("environment");
    environment.forEach(variables::put);
    ArrayNode directories = data.putArray("searchPath");
    searchPath.forEach(directories::add);
    return new Inverse(KIND, UndoClass.FOREIGN, data);
  }
}
