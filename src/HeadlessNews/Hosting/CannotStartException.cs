namespace HeadlessNews.Hosting;

/// <summary>Why the service cannot start, in words for whoever started it: printed as they are, without a stack trace.</summary>
internal class CannotStartException(string message, Exception? inner = null) : Exception(message, inner);
