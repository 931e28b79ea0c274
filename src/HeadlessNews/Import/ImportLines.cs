using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace HeadlessNews.Import;

/// <summary>A line of the input.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without what ends it; null for one that is longer than lines may be.</param>
/// <param name="End">Where the next one begins, in bytes.</param>
internal sealed record ReadLine(long Number, byte[]? Text, long End);

/// <summary>Cuts a stream into lines, and holds no more of it than one.</summary>
internal static class ImportLines
{
    /// <summary>While nothing comes for so long, what has come is not held back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="input">The stream.</param>
    /// <param name="longest">How long a line may be, in bytes.</param>
    /// <param name="from">How far an earlier run came: the line before the first, and where that one begins.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>The lines with something in them; null where the input makes a pause.</returns>
    public static async IAsyncEnumerable<ReadLine?> Read(
        PipeReader input, long longest, (long Line, long Offset) from, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (number, offset) = from;
        var isTooLong = false;
        while (true)
        {
            var reading = input.ReadAsync(cancel).AsTask();
            if (!reading.IsCompleted && await Task.WhenAny(reading, Task.Delay(Pause, cancel)) != reading)
            {
                yield return null;
            }
            var result = await reading;
            var buffer = result.Buffer;
            while (Next(ref buffer, result.IsCompleted, out var line))
            {
                number++;
                offset += line.Length + (buffer.Length > 0 || !IsLast(result, line, buffer) ? 1 : 0);
                if (isTooLong || line.Length > longest)
                {
                    isTooLong = false;
                    yield return new ReadLine(number, null, offset);
                }
                else if (Trimmed(line, isFirst: number == 1) is { Length: > 0 } text)
                {
                    yield return new ReadLine(number, text, offset);
                }
            }
            if (buffer.Length > longest)
            {
                // What is beyond any line is let go; the rest of it, too, when it comes.
                isTooLong = true;
                offset += buffer.Length;
                buffer = buffer.Slice(buffer.End);
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                if (isTooLong)
                {
                    // The last one, which nothing ends.
                    yield return new ReadLine(number + 1, null, offset);
                }
                yield break;
            }
        }
    }

    private static bool IsLast(ReadResult result, ReadOnlySequence<byte> line, ReadOnlySequence<byte> rest) =>
        result.IsCompleted && rest.Length == 0 && result.Buffer.Slice(line.End).Length == 0;

    private static bool Next(ref ReadOnlySequence<byte> buffer, bool isWhole, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        line = buffer;
        if (isWhole && buffer.Length > 0)
        {
            buffer = buffer.Slice(buffer.End);
            return true;
        }
        return false;
    }

    /// <summary>Without spaces around it, or the byte order mark that some editors put first.</summary>
    private static byte[] Trimmed(ReadOnlySequence<byte> line, bool isFirst)
    {
        ReadOnlySpan<byte> text = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (isFirst && text.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }
        return text.Trim(" \t\r"u8).ToArray();
    }
}
