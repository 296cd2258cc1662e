package io.myriapod.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * One Java file as the size rules see it: lines that are neither blank, nor Javadoc, nor an import.
 *
 * @param path relative to the top of the project
 * @param texts what stands in its string literals
 */
record JavaSource(Path path, int lines, List<Method> methods, List<String> texts) {
  /** A method or constructor with a body. */
  record Method(String name, int lines) {}

  boolean isTest() {
    return path.startsWith("test") || path.toString().contains("/src/test/");
  }

  /** Every Java file of the project below the given top, generated ones left out. */
  static List<JavaSource> below(Path top) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> tree = Files.walk(top);
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> paths = tree.filter(JavaSource::isOurs).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  new StringWriter(),
                  files,
                  null,
                  null,
                  null,
                  files.getJavaFileObjectsFromPaths(paths));
      List<JavaSource> sources = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        sources.add(read(top, unit, Trees.instance(task).getSourcePositions()));
      }
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException("read the sources below " + top, e);
    }
  }

  private static boolean isOurs(Path path) {
    String text = path.toString();
    return text.endsWith(".java") && !text.contains("/target/") && !text.contains("/generated/");
  }

  private static JavaSource read(Path top, CompilationUnitTree unit, SourcePositions positions)
      throws IOException {
    boolean[] counted = CountedLines.of(unit.getSourceFile().getCharContent(true).toString());
    List<Method> methods = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void nothing) {
        long start = positions.getStartPosition(unit, method);
        long end = positions.getEndPosition(unit, method);
        if (method.getBody() != null && start >= 0 && end > start) {
          int first = (int) unit.getLineMap().getLineNumber(start);
          int last = (int) unit.getLineMap().getLineNumber(end);
          methods.add(new Method(method.getName().toString(), lines(counted, first, last)));
        }
        return super.visitMethod(method, nothing);
      }

      @Override
      public Void visitLiteral(LiteralTree literal, Void nothing) {
        if (literal.getValue() instanceof String text) {
          texts.add(text);
        }
        return super.visitLiteral(literal, nothing);
      }
    }.scan(unit, null);
    Path path = top.relativize(Path.of(unit.getSourceFile().toUri()));
    return new JavaSource(path, lines(counted, 1, counted.length - 1), methods, texts);
  }

  private static int lines(boolean[] counted, int first, int last) {
    int sum = 0;
    for (int line = first; line <= last; line++) {
      sum += counted[line] ? 1 : 0;
    }
    return sum;
  }
}
