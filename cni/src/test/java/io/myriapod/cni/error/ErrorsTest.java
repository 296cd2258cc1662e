package io.myriapod.cni.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.json.Json;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
  @Test
  void encode_error_hasTheFourFields() {
    JsonNode object = ErrorObject.encode(new CniException(7, "a", "b"), "1.1.0");

    assertEquals(json("{'cniVersion':'1.1.0','code':7,'msg':'a','details':'b'}"), object);
    assertFalse(ErrorObject.encode(new CniException(7, "a", ""), "1.1.0").has("details"));
  }

  @Test
  void decode_encoded_isTheSame() {
    CniException e =
        ErrorObject.decode(json("{'code':42,'msg':'no address','details':'d'}")).orElseThrow();

    assertEquals(42, e.code());
    assertEquals("no address", e.getMessage());
    assertEquals("d", e.details());
  }

  @Test
  void decode_messageWithoutCode_isAForeignFailure() {
    assertEquals(104, ErrorObject.decode(json("{'msg':'x'}")).orElseThrow().code());
    assertEquals(104, ErrorObject.decode(json("{'code':1.5,'msg':'x'}")).orElseThrow().code());
    assertEquals("no message", ErrorObject.decode(json("{'code':3}")).orElseThrow().getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "7", "'text'", "{'cniVersion':'1.0.0'}", "{'code':0}"})
  void decode_noErrorObject_isEmpty(String text) {
    assertTrue(ErrorObject.decode(json(text)).isEmpty());
  }

  @Test
  void collected_severalErrors_areAllInOne() {
    CollectedErrors errors = new CollectedErrors();
    List<String> ran = new ArrayList<>();
    errors.attempt(
        () -> {
          throw new CniException(5, "first", "do this");
        });
    errors.attempt(() -> ran.add("second"));
    errors.attempt(
        () -> {
          throw new IllegalStateException("third");
        });

    var e = assertThrows(CniException.class, errors::raise);

    assertEquals(5, e.code());
    assertEquals("first; IllegalStateException: third", e.getMessage());
    assertEquals(List.of("second"), ran);
    assertEquals(1, e.getSuppressed().length);
  }

  @Test
  void collected_none_doesNotThrow() {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> {});
    errors.raise();
  }

  @Test
  void everyCode_isExplainedInTheDocs() throws IOException, IllegalAccessException {
    String page = Files.readString(Path.of("..", "docs", "errors.md"));
    for (Field field : ErrorCode.class.getFields()) {
      int code = field.getInt(null);
      assertTrue(page.contains("<a id=\"" + code + "\"></a>"), field.getName() + " " + code);
    }
  }

  private static JsonNode json(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test");
  }
}
