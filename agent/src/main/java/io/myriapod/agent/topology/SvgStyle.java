package io.myriapod.agent.topology;

/** How the picture looks, in light and in dark. */
public final class SvgStyle {
  /** Colours of networks, in their order; then from the first again. */
  static final String[] LIGHT = {
    "#2563eb", "#059669", "#d97706", "#db2777", "#7c3aed", "#0891b2", "#4d7c0f", "#92400e"
  };

  private static final String[] DARK = {
    "#60a5fa", "#34d399", "#fbbf24", "#f472b6", "#a78bfa", "#22d3ee", "#a3e635", "#d6a27a"
  };

  /** The whole of the element {@code style}: a page that shows the picture must allow it. */
  public static final String TEXT =
      """
      text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#0f172a}
      .t{font-weight:600}
      .s{font-size:10.5px;fill:#64748b}
      .h{font-size:10.5px;fill:#64748b;letter-spacing:1.5px}
      .n{font:600 17px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
      .m{font:12.5px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#64748b}
      .bg{fill:#ffffff}
      .box{stroke:#94a3b8;stroke-width:1.2;fill:#ffffff}
      .card{fill:#e2e8f0;stroke:#64748b}
      .function,.link{fill:#f8fafc}
      .rest{fill:none;stroke-dasharray:4 3}
      .network{stroke-width:1.6;fill-opacity:.1}
      .head{fill:#e2e8f0}
      .line{stroke:#e2e8f0;stroke-width:1}
      .wire{fill:none;stroke:#94a3b8;stroke-width:1.6;stroke-opacity:.75}
      .wire:hover{stroke-width:4;stroke-opacity:1}
      .bad{stroke:#dc2626;stroke-dasharray:5 4}
      .why{fill:#dc2626}
      """
          + hues(LIGHT)
          + """
          @media (prefers-color-scheme:dark){
          text{fill:#e2e8f0}
          .s,.h,.m{fill:#94a3b8}
          .bg{fill:#0b1120}
          .box{stroke:#64748b;fill:#111a2e}
          .card,.head{fill:#26324a}
          .card{stroke:#94a3b8}
          .function,.link{fill:#17223a}
          .rest{fill:none}
          .line{stroke:#26324a}
          .wire{stroke:#64748b}
          .bad{stroke:#f87171}
          .why{fill:#f87171}
          """
          + hues(DARK)
          + "}\n";

  private SvgStyle() {}

  private static String hues(String... colours) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < colours.length; i++) {
      text.append(".w%1$d{stroke:%2$s}.network.w%1$d,.f%1$d{fill:%2$s}%n".formatted(i, colours[i]));
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  /** The number of a network's colour. */
  static int colour(int hue) {
    return hue % LIGHT.length;
  }
}
