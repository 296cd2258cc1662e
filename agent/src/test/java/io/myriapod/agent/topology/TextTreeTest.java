package io.myriapod.agent.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTreeTest {
  @Test
  void lines_ofTheSample_areATreeInWhichNothingIsTwice() {
    List<String> lines = TextTree.lines(Sample.telco());

    assertEquals("worker-1: 4 pods, 10 interfaces, 4 networks", lines.get(0));
    int card = lines.indexOf("  ens1f0  (0000:3b:00.0, ice, 64 of 64 VFs)");
    assertEquals(
        List.of(
            "    VF 0  (0000:3b:02.0, iavf)",
            "      shop/data  (sriov)",
            "        shop/upf-0  net1  10.30.0.10/24  02:00:5e:00:00:00  0000:3b:02.0"),
        lines.subList(card + 1, card + 4));
    assertTrue(lines.contains("          shop/upf-1  net3  (is being attached)"), lines::toString);
    int second = lines.indexOf("  eno2  (0000:18:00.1, down)");
    assertEquals("    bond0  (see above)", lines.get(second + 1));
    int lent = lines.indexOf("    VF 3  (0000:3b:02.3, vfio-pci)");
    assertEquals("      shop/trace  device  0000:3b:02.3", lines.get(lent + 1));
    assertEquals(1, lines.stream().filter(line -> line.contains("shop/upf-0  net3")).count());
  }

  @Test
  void lines_ofHostileNames_areBoundedAndSteerNoTerminal() {
    List<String> lines = TextTree.lines(Sample.hostile());

    assertTrue(lines.stream().allMatch(line -> line.length() < 420), lines::toString);
    assertTrue(
        lines.stream().noneMatch(line -> line.chars().anyMatch(Character::isISOControl)),
        lines::toString);
  }
}
