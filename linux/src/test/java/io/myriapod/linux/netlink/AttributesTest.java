package io.myriapod.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttributesTest {
  private static Attributes of(String hex) {
    return Attributes.of(ByteBuffer.wrap(Frames.bytes(hex)));
  }

  @Test
  void string_withoutFinalZero_isReadWhole() {
    assertEquals(Optional.of("abc"), of("07 00 03 00 61 62 63 00").string(3));
  }

  @Test
  void strings_sameTypeTwice_givesBothInOrder() {
    assertEquals(List.of("b", "a"), of("06 00 35 00 62 00 00 00 06 00 35 00 61 00").strings(0x35));
  }

  @Test
  void u32_tooShort_isAbsent() {
    assertEquals(Optional.empty(), of("06 00 04 00 01 02 00 00").u32(4));
  }

  @Test
  void nested_withNestedFlag_isFoundByPlainType() {
    assertEquals(Optional.of(5), of("0c 00 12 80 08 00 01 00 05 00 00 00").nested(0x12).u32(1));
  }

  @Test
  void nested_absent_isEmpty() {
    assertFalse(of("").nested(1).has(1));
  }

  @Test
  void nests_sameTypeTwice_givesBothInOrder() {
    Attributes attributes =
        of("0c 00 12 00 08 00 01 00 05 00 00 00 0c 00 12 80 08 00 01 00 04 00 00 00");

    assertEquals(
        List.of(Optional.of(5), Optional.of(4)),
        attributes.nests(0x12).stream().map(each -> each.u32(1)).toList());
  }

  @Test
  void of_lengthBeyondEnd_leavesTheRestOut() {
    Attributes attributes = of("08 00 01 00 05 00 00 00 40 00 02 00 01");

    assertTrue(attributes.has(1));
    assertFalse(attributes.has(2));
  }

  @Test
  void of_lengthZero_endsInsteadOfLooping() {
    assertFalse(of("00 00 01 00 00 00 00 00").has(1));
  }
}
