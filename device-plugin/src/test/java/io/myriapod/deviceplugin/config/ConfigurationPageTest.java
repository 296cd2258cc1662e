package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/device-plugin.md says of keys and bounds is what is read. */
class ConfigurationPageTest {
  private static final List<DeviceType> COLUMNS =
      List.of(DeviceType.NET_DEVICE, DeviceType.ACCELERATOR, DeviceType.AUX_NET_DEVICE);

  private final String page;

  ConfigurationPageTest() throws IOException {
    page = Files.readString(Product.top().resolve("docs/device-plugin.md"));
  }

  private String section(String heading) {
    int begin = page.indexOf("### " + heading + "\n");
    assertTrue(begin >= 0, heading);
    int end = page.indexOf("\n##", begin + 1);
    return page.substring(begin, end < 0 ? page.length() : end);
  }

  /** The cells of rows whose first one is a key. */
  private List<List<String>> rows(String heading) {
    return section(heading)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
        .toList();
  }

  private static String key(List<String> row) {
    return row.get(0).replace("`", "");
  }

  @Test
  void example_isReadWithoutAFinding() {
    List<String> examples =
        Pattern.compile("(?s)```json\n(.*?)```")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .filter(text -> text.contains("resourceList"))
            .toList();

    assertEquals(1, examples.size());
    assertEquals(List.of(), ConfigText.read(examples.get(0)).findings());
    assertEquals(2, ConfigText.read(examples.get(0)).pools().size());
  }

  @Test
  void keysOfAnEntry_areOnThePage() {
    assertEquals(
        PoolReader.KEYS,
        rows("Keys of an entry").stream().map(ConfigurationPageTest::key).toList());
  }

  @Test
  void wordsOfPolicies_areOnThePage() {
    String section = section("Keys of an entry");
    for (AllocationPolicy policy : AllocationPolicy.values()) {
      assertTrue(section.contains("`" + policy.word() + "`"), policy.word());
    }
    for (CarrierPolicy carrier : CarrierPolicy.values()) {
      assertTrue(section.contains("`" + carrier.word() + "`"), carrier.word());
    }
  }

  @Test
  void keysOfASelector_areOnThePageWithTheTypesThatTheyApplyTo() {
    List<List<String>> rows = rows("Keys of a selector");
    assertEquals(SelectorKey.WORDS, rows.stream().map(ConfigurationPageTest::key).toList());
    for (SelectorKey key : SelectorKey.values()) {
      List<String> row = rows.get(key.ordinal());
      for (DeviceType type : COLUMNS) {
        String cell = row.get(1 + COLUMNS.indexOf(type));
        assertEquals(key.appliesTo(type), !cell.equals("–"), row + " on " + type.word());
      }
    }
  }

  @Test
  void bounds_areThoseOfThePage() {
    String text = section("What is wrong in it") + section("Keys of an entry");
    List<Integer> bounds =
        List.of(
            ConfigTree.MAX_VALUES,
            ConfigTree.MAX_DEPTH,
            PoolListReader.MAX_POOLS,
            PoolReader.MAX_SELECTORS,
            SelectorReader.MAX_VALUES,
            Located.MAX_TEXT,
            AdditionalInformation.MAX_CHARACTERS);
    List<Integer> numbers =
        Pattern.compile("[0-9][0-9,]*")
            .matcher(text)
            .results()
            .map(MatchResult::group)
            .map(number -> Integer.valueOf(number.replace(",", "")))
            .toList();
    assertTrue(numbers.containsAll(bounds), numbers + " of " + bounds);
    assertTrue(text.contains("%d MiB".formatted(FileContent.MAX_BYTES >> 20)));
    assertTrue(page.contains("%d ms".formatted(ConfigWatch.Pauses.USUAL.settle().toMillis())));
  }
}
