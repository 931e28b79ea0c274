using System.Globalization;
using System.Text;

namespace HeadlessNews.Data;

/// <summary>
/// The readable part of an address: a headline's words in its own script, lower case, joined by single hyphens.
/// It stands where an id may stand too, so it never reads as a UUID.
/// <para>
/// Without ICU (InvariantGlobalization) .NET normalises nothing: what was typed decomposed or in costume then stays so.
/// Accents fold either way.
/// </para>
/// </summary>
internal static class SlugText
{
    internal const int MaxLength = 120;

    /// <summary>
    /// The shape for the contract (ECMA-262 with the u flag; also a .NET regular expression). IsValid has the last word:
    /// NFC and "not a UUID" cannot be said here. The surrogates are for .NET, which sees halves of a character where
    /// ECMA-262 sees the letter; JSON cannot carry a lone one.
    /// </summary>
    internal const string Pattern = "^" + First + More + "(?:-" + First + More + ")*$";

    private const string First = @"[\p{Ll}\p{Lm}\p{Lo}\uD800-\uDFFF0-9]";
    private const string More = @"[\p{Ll}\p{Lm}\p{Lo}\p{Mn}\p{Mc}\uD800-\uDFFF0-9]*";

    /// <summary>Shorter than editors may choose: it leaves room for "-2" where a headline comes back.</summary>
    private const int Cut = 80;

    private const int MaxMarksOnOneLetter = 8; // Tibetan stacks so high; beyond it is decoration

    private const int ZeroWidthNonJoiner = 0x200C;

    internal static string From(string text, string? language = null)
    {
        var slug = new Builder(IsPersian(language));
        // Enumerating turns lone surrogates, which Normalize refuses, into U+FFFD.
        foreach (var rune in string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0xFFFE)).Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            slug.Append(rune);
        }
        var whole = Shorten(slug.ToString().Normalize(NormalizationForm.FormC));
        return Guid.TryParse(whole, out _) ? whole + "-1" : whole;
    }

    internal static bool IsValid(string slug)
    {
        if (slug.Length is 0 or > MaxLength)
        {
            return false;
        }
        var previous = '-';
        foreach (var rune in slug.EnumerateRunes())
        {
            var kind = rune.Value == '-' ? '-' : IsLetter(rune) || rune.Value is >= '0' and <= '9' ? 'a' : IsMark(rune) ? 'm' : '?';
            if (kind == '?' || Rune.ToLowerInvariant(rune) != rune || (kind != 'a' && previous == '-'))
            {
                return false;
            }
            previous = kind;
        }
        return previous != '-' && slug.IsNormalized(NormalizationForm.FormC) && !Guid.TryParse(slug, out _);
    }

    private static bool IsPersian(string? language) =>
        language is not null && (language.Equals("fa", StringComparison.OrdinalIgnoreCase)
            || language.StartsWith("fa-", StringComparison.OrdinalIgnoreCase) || language.StartsWith("fa_", StringComparison.OrdinalIgnoreCase));

    private static string Shorten(string slug)
    {
        if (slug.Length <= Cut)
        {
            return slug;
        }
        var end = slug.LastIndexOf('-', Cut);
        if (end < Cut / 2)
        {
            // One long word, or a script without spaces.
            end = Cut;
            while (char.IsLowSurrogate(slug[end]) || (Rune.TryGetRuneAt(slug, end, out var rune) && IsMark(rune)))
            {
                end--;
            }
        }
        return slug[..end].TrimEnd('-');
    }

    private static bool IsLetter(Rune rune) => !IsInvisible(rune.Value)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter;

    private static bool IsMark(Rune rune) => !IsInvisible(rune.Value)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Letters and marks without a shape (Default_Ignorable_Code_Point): two slugs would look the same.</summary>
    private static bool IsInvisible(int value) => value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);

    private sealed class Builder(bool persian)
    {
        private readonly StringBuilder _slug = new();
        private bool _gap;
        private int _marks;

        /// <summary>The letter that marks would now stand on; 0 where they would stand on nothing.</summary>
        private int _letter;

        public override string ToString() => _slug.ToString();

        internal void Append(Rune rune)
        {
            var value = rune.Value;
            var category = Rune.GetUnicodeCategory(rune);
            if (value == ZeroWidthNonJoiner)
            {
                Part();
            }
            else if (category == UnicodeCategory.Format || IsInvisible(value) || IsSilent(value) || (value == '"' && IsHebrew(_letter)))
            {
                return;
            }
            else if (category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber && CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) is >= 0 and var digit)
            {
                Write(digit.ToString(CultureInfo.InvariantCulture), 0);
            }
            else if (IsMark(rune))
            {
                if (KeepsMarks(_letter) && ++_marks <= MaxMarksOnOneLetter)
                {
                    _slug.Append(rune.ToString());
                }
            }
            else if (Rune.IsLetter(rune))
            {
                AppendLetter(rune);
            }
            else
            {
                Part();
            }
        }

        private void AppendLetter(Rune rune)
        {
            var written = rune.ToString();
            if (IsStyled(rune.Value) && written.Normalize(NormalizationForm.FormKC) is var plain && plain != written)
            {
                foreach (var one in plain.EnumerateRunes())
                {
                    Append(one);
                }
                return;
            }
            var lower = rune.Value switch
            {
                0x064A when persian => new Rune(0x06CC),
                0x0643 when persian => new Rune(0x06A9),
                0x0130 => new Rune('i'), // the invariant lower case of the Turkish capital is itself
                _ => Rune.ToLowerInvariant(rune),
            };
            if (!IsLetter(lower))
            {
                Part();
                return;
            }
            Write(lower.IsBmp && SlugLetters.Plain.TryGetValue((char)lower.Value, out var folded) ? folded : lower.ToString(), lower.Value);
        }

        private void Write(string text, int letter)
        {
            if (_gap && _slug.Length > 0)
            {
                _slug.Append('-');
            }
            _slug.Append(text);
            (_gap, _letter, _marks) = (false, letter, 0);
        }

        private void Part() => (_gap, _letter) = (true, 0);

        /// <summary>Apostrophes (don’t, м'ята), Hebrew geresh and gershayim, modifier letters, and the Arabic tatweel.</summary>
        private static bool IsSilent(int value) => value is '\'' or 0x2018 or 0x2019 or 0x05F3 or 0x05F4 or 0xFF07
            or (>= 0x02B0 and <= 0x02FF) or 0x0640;

        private static bool IsHebrew(int value) => value is >= 0x05D0 and <= 0x05EA;

        /// <summary>
        /// Cyrillic й and Indic vowels are spelled with marks. Latin and Greek accents fold, harakat and points are hints for
        /// reading, and NFC has joined to their letters those Arabic marks that spell.
        /// </summary>
        private static bool KeepsMarks(int letter) => letter != 0 && letter is not ((< 0x0400) or (>= 0x0590 and <= 0x077F)
            or (>= 0x08A0 and <= 0x08FF) or (>= 0x1D00 and <= 0x1DBF) or (>= 0x1E00 and <= 0x1FFF) or (>= 0x2C60 and <= 0x2C7F)
            or (>= 0xA720 and <= 0xA7FF) or (>= 0xAB30 and <= 0xAB6F));

        /// <summary>Ligatures, presentation forms, full width and mathematical letters: the same letters in costume.</summary>
        private static bool IsStyled(int value) => value is (>= 0x2100 and <= 0x214F) or (>= 0xFB00 and <= 0xFDFF)
            or (>= 0xFE70 and <= 0xFEFF) or (>= 0xFF01 and <= 0xFFEF) or (>= 0x1D400 and <= 0x1D7FF);
    }
}
