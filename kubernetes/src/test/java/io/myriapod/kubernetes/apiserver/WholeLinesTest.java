package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WholeLinesTest {
  private static final AsyncBody BODY =
      new AsyncBody() {
        @Override
        public void consume() {}

        @Override
        public CompletableFuture<Void> done() {
          return new CompletableFuture<>();
        }

        @Override
        public void cancel() {}
      };

  private final List<String> seen = new ArrayList<>();
  private int calls;
  private final WholeLines lines =
      new WholeLines(
          (buffers, body) -> {
            calls++;
            buffers.forEach(one -> seen.add(StandardCharsets.UTF_8.decode(one).toString()));
          });

  @Test
  void consume_charactersOfSeveralBytes_areEscapedWhole() throws Exception {
    byte[] text = "{\"é𝄞\"}\n".getBytes(StandardCharsets.UTF_8);
    for (byte one : text) {
      lines.consume(List.of(ByteBuffer.wrap(new byte[] {one})), BODY);
    }

    assertEquals(List.of("{\"\\u00e9\\ud834\\udd1e\"}\n"), seen);
  }

  @Test
  void consume_noWholeLine_stillAsksForMore() throws Exception {
    lines.consume(List.of(bytes("{")), BODY);

    assertEquals(1, calls);
    assertEquals(List.of(), seen);
  }

  @Test
  void consume_severalLinesAndARest_keepsTheRest() throws Exception {
    lines.consume(List.of(bytes("a\nb\nc"), bytes("d\n"), bytes("e")), BODY);
    lines.consume(List.of(bytes("\n")), BODY);

    assertEquals(List.of("a\nb\n", "cd\n", "e\n"), seen);
  }

  @Test
  void consume_lineWithoutEnd_isRefused() {
    List<ByteBuffer> much = List.of(ByteBuffer.wrap(new byte[17 * 1024 * 1024]));

    assertThrows(IllegalStateException.class, () -> lines.consume(much, BODY));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
