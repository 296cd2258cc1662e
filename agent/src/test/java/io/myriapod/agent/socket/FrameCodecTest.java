package io.myriapod.agent.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codec against bytes written down by hand from docs/shim-protocol.md. */
class FrameCodecTest {
  private static final RequestId ID = RequestId.parse("000102030405060708090a0b0c0d0e0f");

  /** The example of the protocol's page. */
  private static final String REQUEST =
      "4d595249 01 01 0000 0000003d 00000000"
          + "000102030405060708090a0b0c0d0e0f"
          + "00002710"
          + "0008 6d79726961706f64"
          + "0001"
          + "000b 434e495f434f4d4d414e44 00000006 535441545553"
          + "00000002 7b7d";

  private static final String REPLY =
      "4d595249 01 02 0000 00000018 00000000 000102030405060708090a0b0c0d0e0f 00000000 00000000";

  @Test
  void decodeRequest_goldenBytes_allFields() {
    RequestFrame request = FrameCodec.decodeRequest(bytes(REQUEST));

    assertEquals(ID, request.id());
    assertEquals(Duration.ofSeconds(10), request.timeLeft());
    assertEquals("myriapod", request.calledAs());
    assertEquals(Map.of("CNI_COMMAND", "STATUS"), request.environment());
    assertEquals("STATUS", request.command());
    assertArrayEquals("{}".getBytes(UTF_8), request.stdin());
  }

  @Test
  void encodeRequest_allFields_goldenBytes() {
    RequestFrame request =
        new RequestFrame(
            ID,
            Duration.ofSeconds(10),
            "myriapod",
            Map.of("CNI_COMMAND", "STATUS"),
            "{}".getBytes(UTF_8));

    assertArrayEquals(bytes(REQUEST), FrameCodec.encode(request));
  }

  @Test
  void reply_bothWays_goldenBytes() {
    assertArrayEquals(bytes(REPLY), FrameCodec.encode(new ReplyFrame(ID, 0, new byte[0])));
    assertEquals(ID, FrameCodec.decodeReply(bytes(REPLY)).id());
    assertEquals(0, FrameCodec.decodeReply(bytes(REPLY)).exitCode());
  }

  @Test
  void decodeReply_exitCodeOver255_isOne() {
    byte[] reply = bytes(REPLY);
    reply[32] = 1;

    assertEquals(1, FrameCodec.decodeReply(reply).exitCode());
  }

  @Test
  void decodeRequest_cutAnywhere_saysSo() {
    byte[] whole = bytes(REQUEST);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(FrameException.class, () -> FrameCodec.decodeRequest(cut));
    }
  }

  @Test
  void decodeRequest_cutAnywhereWithItsLengthCorrected_namesTheField() {
    byte[] whole = bytes(REQUEST);
    for (int length = 16; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      ByteBuffer.wrap(cut).putInt(8, length - 16);
      FrameException e = assertThrows(FrameException.class, () -> FrameCodec.decodeRequest(cut));
      assertTrue(e.getMessage().contains("it ends inside"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 58, it begins with 58595249",
    "4, 02, wire version 2",
    "5, 02, kind 2",
    "6, 80, flags 8000",
    "8, 01, it claims 16777277 bytes; allowed are 16777216",
    "8, ff, it claims 4278190141 bytes",
    "12, 01, reserved 01000000",
    "36, ff, the called-as name has 65288 bytes; allowed are 255",
    "38, ff, the called-as name is no UTF-8",
    "46, ff, 65281 environment entries; allowed are 64",
    "61, 7f, CNI_COMMAND has 2130706438 bytes; allowed are 1048576",
    "61, ff, CNI_COMMAND has 4278190086 bytes",
    "71, ff, stdin has 4278190082 bytes; allowed are 8388608",
    "74, 01, 1 bytes after its last field",
  })
  void decodeRequest_oneWrongByte_saysWhat(int offset, String value, String finding) {
    byte[] frame = bytes(REQUEST);
    frame[offset] = (byte) Integer.parseInt(value, 16);

    FrameException e = assertThrows(FrameException.class, () -> FrameCodec.decodeRequest(frame));

    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @Test
  void decodeRequest_keyTwice_firstCounts() {
    String entry = "0001 4b 00000001 ";
    byte[] frame =
        bytes(
            "4d595249 01 01 0000 0000002c 00000000"
                + "00".repeat(20)
                + "0000 0002"
                + entry
                + "61"
                + entry
                + "62"
                + "00000000");
    ByteBuffer.wrap(frame).putInt(8, frame.length - 16);

    assertEquals(Map.of("K", "a"), FrameCodec.decodeRequest(frame).environment());
  }

  @Test
  void requestId_parse_isTheInverseOfToString() {
    assertEquals("000102030405060708090a0b0c0d0e0f", ID.toString());
    RequestId random = RequestId.random();
    assertEquals(random, RequestId.parse(random.toString()));
    assertThrows(IllegalArgumentException.class, () -> RequestId.parse("../x"));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void subject_wordsWithLineEnds_isOneLine() {
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND",
            "ADD",
            "CNI_CONTAINERID",
            "a\nINFO forged",
            "CNI_IFNAME",
            "x".repeat(999));
    RequestFrame frame =
        new RequestFrame(RequestId.random(), Duration.ZERO, "myriapod", environment, new byte[0]);

    assertEquals(
        "ADD by myriapod container a?INFO forged interface " + "x".repeat(253) + "…",
        frame.subject());
  }
}
