using System.Globalization;
using System.Net;
using System.Text;

namespace HeadlessNews.Benchmarks.Report;

/// <summary>One bar.</summary>
internal sealed record Bar(string Series, double Value);

/// <summary>Bars that stand together.</summary>
internal sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);

/// <summary>Horizontal bars as SVG, from zero, each with its figure; no background and middle greys, to be read on light and dark pages alike.</summary>
internal static class BarChart
{
    private const int Width = 760;
    private const int LabelWidth = 150;
    private const int FigureWidth = 80;
    private const int BarHeight = 16;
    private const int Gap = 12;
    private const int Top = 62;

    private static readonly string[] Colours = ["#3b82c4", "#d9822b", "#4a9d6e", "#a5689e", "#8a8a8a"];

    public static string Draw(string title, string unit, IReadOnlyList<BarGroup> groups)
    {
        var series = groups.SelectMany(group => group.Bars).Select(bar => bar.Series).Distinct().ToList();
        var most = groups.SelectMany(group => group.Bars).Select(bar => bar.Value).DefaultIfEmpty(1).Max();
        var height = Top + groups.Sum(group => group.Bars.Count * BarHeight + Gap);
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="12" fill="#808080" role="img" aria-label="{Escaped(title)}">""");
        Add(svg, $"""  <text x="0" y="18" font-size="15" font-weight="600">{Escaped(title)}</text>""");
        var left = 0.0;
        for (var i = 0; i < series.Count; i++)
        {
            Add(svg, $"""  <rect x="{left:0.#}" y="32" width="11" height="11" fill="{Colours[i % Colours.Length]}"/><text x="{left + 16:0.#}" y="42">{Escaped(series[i])}</text>""");
            left += 34 + series[i].Length * 6.6;
        }
        var top = Top;
        foreach (var group in groups)
        {
            Add(svg, $"""  <text x="{LabelWidth - 10}" y="{top + group.Bars.Count * BarHeight / 2 + 4}" text-anchor="end">{Escaped(group.Name)}</text>""");
            foreach (var bar in group.Bars)
            {
                var width = Math.Max(1, bar.Value / most * (Width - LabelWidth - FigureWidth));
                Add(svg, $"""  <rect x="{LabelWidth}" y="{top + 1}" width="{width:0.#}" height="{BarHeight - 3}" fill="{Colours[series.IndexOf(bar.Series) % Colours.Length]}"/><text x="{LabelWidth + width + 6:0.#}" y="{top + 12}">{Figure(bar.Value)}{Escaped(unit)}</text>""");
                top += BarHeight;
            }
            top += Gap;
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Figure(double value) => value.ToString(value < 100 ? "0.##" : "N0", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
