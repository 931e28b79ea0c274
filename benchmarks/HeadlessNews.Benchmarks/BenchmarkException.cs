namespace HeadlessNews.Benchmarks;

/// <summary>The message is for the person at the terminal: why there is no figure.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
