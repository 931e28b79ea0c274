using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Parsers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace HeadlessNews.Articles;

/// <summary>
/// CommonMark with tables, strikethrough, footnotes, figures and bare links. No SmartyPants: quotes and dashes
/// are the author's. The HTML that comes out is not safe yet.
/// <para>
/// Markdig's cost is quadratic in brackets, bare links, unclosed <c>&lt;!</c>, table columns and reference
/// definitions (500,000 characters of <c>[a](</c> take over a minute). What no writer writes is therefore
/// not read as Markdown but as the characters it is made of.
/// </para>
/// </summary>
internal static class MarkdownBody
{
    private const int MaxMarksInOneBlock = 2_000;
    private const int MaxEmphasisInOneBlock = 4_000; // Markdig throws from 5,121 pairs on
    private const int MaxCells = 50_000; // in all tables together
    private const int MaxDefinitions = 2_000;

    private static readonly MarkdownPipeline Pipeline = CreatePipeline();

    internal static string ToHtml(string markdown)
    {
        if (markdown.AsSpan().Count("]:") > MaxDefinitions)
        {
            return BodyText.ToHtml(markdown);
        }
        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            BoundReferences(document, markdown.Length);
            AlignCells(document);
            var html = document.ToHtml(Pipeline);
            // A hundred thousand references to one footnote make as many links back from it.
            return html.Length <= 12L * markdown.Length + 100_000 ? html : BodyText.ToHtml(markdown);
        }
        catch (ArgumentException)
        {
            // Markdig refuses more than 128 levels of quotes, lists or brackets; nothing must be lost by that.
            return BodyText.ToHtml(markdown);
        }
    }

    private static MarkdownPipeline CreatePipeline()
    {
        var builder = new MarkdownPipelineBuilder()
            .UsePipeTables()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
            .UseFootnotes()
            .UseFigures()
            .UseAutoLinks(new() { UseHttpsForWWWLinks = true });
        builder.BlockParsers.Insert(0, new ImplausibleBlocks());
        return builder.Build();
    }

    /// <summary>
    /// One long definition, used often, would multiply (500 KB become gigabytes); cmark bounds it likewise:
    /// https://github.com/commonmark/cmark/blob/master/changelog.txt, 0.30.3.
    /// </summary>
    private static void BoundReferences(MarkdownDocument document, int length)
    {
        var left = 2L * length + 100_000;
        foreach (var link in document.Descendants<LinkInline>())
        {
            left -= (link.Url?.Length ?? 0) + (link.Title?.Length ?? 0);
            if (left < 0)
            {
                link.Url = "";
                link.Title = null;
            }
        }
    }

    /// <summary>Markdig aligns by style attributes, which are never let through; columns of figures need it.</summary>
    private static void AlignCells(MarkdownDocument document)
    {
        foreach (var table in document.Descendants<Table>())
        {
            foreach (var row in table.OfType<TableRow>())
            {
                foreach (var (index, cell) in row.OfType<TableCell>().Index())
                {
                    var alignment = index < table.ColumnDefinitions.Count ? table.ColumnDefinitions[index].Alignment : null;
                    if (alignment is TableColumnAlign.Center or TableColumnAlign.Right)
                    {
                        cell.GetAttributes().AddProperty("align", alignment == TableColumnAlign.Right ? "right" : "center");
                    }
                }
            }
        }
    }

    /// <summary>Opens no block: it is the one way to see the blocks between Markdig's two phases.</summary>
    private sealed class ImplausibleBlocks : BlockParser
    {
        private static readonly object Seen = new();

        public override BlockState TryOpen(BlockProcessor processor)
        {
            if (!processor.Document.ContainsData(Seen))
            {
                processor.Document.SetData(Seen, Seen);
                processor.Document.ProcessInlinesBegin += (inlines, _) => Disarm(inlines.Document);
            }
            return BlockState.None;
        }

        private static void Disarm(MarkdownDocument document)
        {
            var cells = 0L;
            foreach (var block in document.Descendants<LeafBlock>())
            {
                if (!block.ProcessInlines || block.Lines.Count == 0)
                {
                    continue;
                }
                var text = block.Lines.ToString();
                cells += Cells(text);
                if (cells > MaxCells || IsImplausible(text))
                {
                    block.ProcessInlines = false;
                    block.Inline = new ContainerInline();
                    block.Inline.AppendChild(new LiteralInline(text));
                }
            }
        }

        private static bool IsImplausible(ReadOnlySpan<char> text) =>
            text.Length > MaxMarksInOneBlock
            && (text.Count('[') > MaxMarksInOneBlock
                || text.Count('<') > MaxMarksInOneBlock
                || text.Count('*') + text.Count('_') + text.Count('~') > MaxEmphasisInOneBlock
                || text.Count("www.") + text.Count("http") + text.Count("ftp:") + text.Count("tel:") + text.Count("mailto:") > MaxMarksInOneBlock);

        /// <summary>As many as Markdig would make, which fills every row up to the widest.</summary>
        private static long Cells(ReadOnlySpan<char> text)
        {
            var (lines, widest) = (0L, 0);
            if (text.Contains('|'))
            {
                foreach (var line in text.EnumerateLines())
                {
                    lines++;
                    widest = Math.Max(widest, line.Count('|'));
                }
            }
            return lines * widest;
        }
    }
}
