using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using HeadlessNews.Http;

namespace HeadlessNews.Import;

/// <summary>Lines as they stand in a file: JSON without line breaks, members that are null left out, each line ended (NDJSON).</summary>
internal static class ExportText
{
    /// <summary>The JSON of both contracts, without what is null: most members of most articles are.</summary>
    public static readonly JsonSerializerOptions Options = new(Json.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>So much is gathered before it is handed on.</summary>
    private const int Piece = 64 * 1024;

    /// <summary>Writes lines as they come.</summary>
    /// <param name="write">Takes a piece, which is its own only until it has answered.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="written">Hears of every line.</param>
    /// <param name="cancel">From the caller.</param>
    public static async Task Write(
        Func<ReadOnlyMemory<byte>, Task> write, IAsyncEnumerable<IExportLine> lines, Action<IExportLine>? written, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(Piece * 2);
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Options.Encoder, SkipValidation = true });
        await foreach (var line in lines.WithCancellation(cancel))
        {
            Write(writer, line);
            buffer.Write("\n"u8);
            if (buffer.WrittenCount >= Piece)
            {
                await write(buffer.WrittenMemory);
                buffer.ResetWrittenCount();
            }
            written?.Invoke(line);
        }
        await write(buffer.WrittenMemory);
    }

    public static byte[] Bytes(IExportLine line) => JsonSerializer.SerializeToUtf8Bytes(line, line.GetType(), Options);

    private static void Write(Utf8JsonWriter writer, IExportLine line)
    {
        JsonSerializer.Serialize(writer, line, line.GetType(), Options);
        writer.Flush();
        writer.Reset();
    }
}
