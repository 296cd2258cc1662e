package io.myriapod.kubernetes.directory;

import java.util.List;

/**
 * Places in a JSON file.
 *
 * @param begin offset of the document in the file
 * @param end offset behind it
 */
record JsonPlaces(SourceText source, int begin, int end) implements DocumentPlaces {
  @Override
  public Place at(List<String> path) {
    return source.at(offset(path));
  }

  private int offset(List<String> path) {
    return begin + JsonPaths.find(source.text().substring(begin, end), path).offset();
  }

  @Override
  public PlacedText text(List<String> path, String value) {
    return new PlacedText(value, offset -> place(path, value, offset));
  }

  private Place place(List<String> path, String value, int offset) {
    String text = source.text();
    int quote = text.indexOf('"', text.indexOf(':', endOfString(offset(path))));
    return source.at(new WrittenScalar(text, value, quote).find(offset));
  }

  private int endOfString(int first) {
    String text = source.text();
    int at = first + 1;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }
}
