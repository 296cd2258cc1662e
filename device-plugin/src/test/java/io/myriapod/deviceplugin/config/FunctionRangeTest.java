package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.config.FunctionRange.Part;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionRangeTest {
  @ParameterizedTest
  @CsvSource({
    "p0#0, 0",
    "p0#3-5, 3 4 5",
    "'p0#0,2-4,9', 0 2 3 4 9",
    "'p0#4,4,3-4', 3 4",
    "'p0# 1 , 7-8 ', 1 7 8",
    "0000:86:00.0#11, 11",
  })
  void of_withParts_includesTheseAndNotTheFunctionItself(String text, String included) {
    FunctionRange range = FunctionRange.of(text);

    String found =
        IntStream.range(0, 300)
            .filter(index -> range.includes(Optional.of(index)))
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(" "));
    assertEquals(included, found);
    assertFalse(range.includes(Optional.empty()));
  }

  @Test
  void of_withoutParts_includesAllAndTheFunctionItself() {
    FunctionRange range = FunctionRange.of("ens1f0");

    assertEquals(new FunctionRange("ens1f0", List.of()), range);
    assertTrue(range.includes(Optional.of(65_535)));
    assertTrue(range.includes(Optional.empty()));
  }

  @Test
  void of_numberOfASubFunction_isRead() {
    assertEquals(
        List.of(new Part(88_000, 999_999_999)), FunctionRange.of("p0#88000-999999999").parts());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p0#",
        "p0#,",
        "p0#0,",
        "p0#x",
        "p0#-1",
        "p0#1-",
        "p0#1-2-3",
        "p0#0#1",
        "p0##1",
        "p0#0x1",
        "p0#0.1",
        "p0#1 2",
        "p0#+1",
        "p0#1000000000",
        "p0#\u0661"
      })
  void of_noRange_showsThePart(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> FunctionRange.of(text));

    assertTrue(
        e.getMessage().endsWith("want numbers and ranges of virtual functions such as #0-3,5"));
  }

  @Test
  void of_rangeThatEndsBeforeItBegins_isRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> FunctionRange.of("p0#0,3-1"));

    assertEquals("range 3-1 ends before it begins", e.getMessage());
  }

  @Property
  void includes_anyParts_isTheirUnion(
      @ForAll @NotEmpty @Size(max = 8) List<@IntRange(max = 40) Integer> firsts,
      @ForAll @IntRange(max = 5) int length,
      @ForAll @IntRange(max = 50) int index) {
    FunctionRange range =
        new FunctionRange(
            "p0", firsts.stream().map(first -> new Part(first, first + length)).toList());

    boolean wanted = firsts.stream().anyMatch(first -> first <= index && index <= first + length);
    assertEquals(wanted, range.includes(Optional.of(index)));
    assertEquals(range, FunctionRange.of(range.toString()));
  }
}
