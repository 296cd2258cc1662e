package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.AsyncBody.Consumer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Passes on whole lines, and those in ASCII. Fabric8's HTTP watch decodes each buffer by itself,
 * and takes the whole array that comes of it: a character of several bytes on the border of two
 * would become two question marks, and any one leaves a zero behind, with which the next event
 * begins.
 */
final class WholeLines implements Consumer<List<ByteBuffer>> {
  /** The API server takes no object above 3 MiB; escapes in JSON make that longer. */
  private static final int MAX_LINE = 16 * 1024 * 1024;

  private final Consumer<List<ByteBuffer>> next;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream(0);

  WholeLines(Consumer<List<ByteBuffer>> next) {
    this.next = next;
  }

  @Override
  public void consume(List<ByteBuffer> buffers, AsyncBody body) throws Exception {
    List<ByteBuffer> lines = new ArrayList<>();
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      int end = lastLineEnd(bytes) + 1;
      if (end > 0) {
        begun.write(bytes, 0, end);
        lines.add(ByteBuffer.wrap(inAscii(begun.toString(StandardCharsets.UTF_8))));
        begun.reset();
      }
      begun.write(bytes, end, bytes.length - end);
    }
    if (begun.size() > MAX_LINE) {
      throw new IllegalStateException("a watch event of more than %d bytes".formatted(MAX_LINE));
    }
    next.consume(lines, body); // also when there is none: it asks for more
  }

  /** In JSON other characters stand in strings alone, where an escape says the same. RFC 8259, 7 */
  private static byte[] inAscii(String lines) {
    StringBuilder ascii = new StringBuilder(lines.length());
    for (int at = 0; at < lines.length(); at++) {
      char one = lines.charAt(at);
      if (one < 0x80) {
        ascii.append(one);
      } else {
        ascii.append("\\u").append(HexFormat.of().toHexDigits(one));
      }
    }
    return ascii.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static int lastLineEnd(byte[] bytes) {
    int at = bytes.length - 1;
    while (at >= 0 && bytes[at] != '\n') {
      at--;
    }
    return at;
  }
}
