package io.myriapod.architecture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class CountedLinesTest {
  @Test
  void lines_blankImportAndJavadoc_areNotCounted() {
    boolean[] counted =
        CountedLines.of(
            """
            package a;

            import b.C;

            /** One line. */
            class A {
              /**
               * More lines.
               */
              // why
              int b;
            }
            """);

    boolean x = true;
    boolean o = false;
    assertArrayEquals(new boolean[] {o, x, o, o, o, o, x, o, o, o, x, x, x}, counted);
  }
}
