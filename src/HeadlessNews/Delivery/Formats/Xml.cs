using System.Text;
using System.Xml;

namespace HeadlessNews.Delivery.Formats;

/// <summary>XML as feeds and sitemaps have it: always by a writer, never out of strings.</summary>
internal static class Xml
{
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.None };

    public static byte[] Write(Action<XmlWriter> document)
    {
        using var made = new MemoryStream();
        using (var xml = XmlWriter.Create(made, Settings))
        {
            xml.WriteStartDocument();
            document(xml);
        }
        return made.ToArray();
    }

    /// <summary>An element with nothing but text in it; none where there is no text.</summary>
    public static void Text(this XmlWriter xml, string name, string? text, string? prefix = null, string? ns = null, params (string Name, string Value)[] attributes)
    {
        if (text is null)
        {
            return;
        }
        xml.WriteStartElement(prefix, name, ns);
        foreach (var (attribute, value) in attributes)
        {
            xml.WriteAttributeString(attribute, Clean(value));
        }
        xml.WriteString(Clean(text));
        xml.WriteEndElement();
    }

    /// <summary>XML 1.0 has no way to write some characters (section 2.2); editors' text may hold them, and goes out without.</summary>
    public static string Clean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsAllowed(text, ref i))
            {
                return Cleaned(text);
            }
        }
        return text;
    }

    private static string Cleaned(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            if (IsAllowed(text, ref i))
            {
                clean.Append(text, start, i - start + 1);
            }
        }
        return clean.ToString();
    }

    /// <summary>Moves on to the second half of a pair.</summary>
    private static bool IsAllowed(string text, ref int i)
    {
        if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
        {
            i++;
            return true;
        }
        return XmlConvert.IsXmlChar(text[i]);
    }
}
