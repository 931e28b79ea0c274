using System.Collections.Frozen;

namespace HeadlessNews.Data;

/// <summary>
/// Latin and Greek letters without their accents. A table, because taking accents off by normalising does nothing where
/// .NET runs without ICU (InvariantGlobalization, as in the smaller container images), and slugs must not depend on that.
/// </summary>
internal static class SlugLetters
{
    /// <summary>A line is what to write, and the lower-case letters it is written for.</summary>
    private const string Table =
        """
        a àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ
        b ḃḅḇ
        c çćĉċčḉ
        d ďḋḍḏḑḓđð
        e èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ
        f ḟ
        g ĝğġģǧǵḡ
        h ĥȟḣḥḧḩḫẖħ
        i ìíîïĩīĭįİǐȉȋḭḯỉịı
        j ĵǰ
        k ķǩḱḳḵĸ
        l ĺļľḷḹḻḽł
        m ḿṁṃ
        n ñńņňǹṅṇṉṋŋŉ
        o òóôõöōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø
        p ṕṗ
        r ŕŗřȑȓṙṛṝṟ
        s śŝşšșṡṣṥṧṩẛſ
        t ţťțṫṭṯṱẗŧ
        u ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự
        v ṽṿ
        w ŵẁẃẅẇẉẘ
        x ẋẍ
        y ýÿŷȳẏẙỳỵỷỹ
        z źżžẑẓẕ
        ʒ ǯ
        α άἀἁἂἃἄἅἆἇὰᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ
        ε έἐἑἒἓἔἕὲ
        η ήἠἡἢἣἤἥἦἧὴᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ
        ι ΐίϊἰἱἲἳἴἵἶἷὶῐῑῒῖῗ
        ο όὀὁὂὃὄὅὸ
        ρ ῤῥ
        υ ΰϋύὐὑὒὓὔὕὖὗὺῠῡῢῦῧ
        ω ώὠὡὢὣὤὥὦὧὼᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ
        ss ß
        ae æǣǽ
        oe œ
        th þ
        ij ĳ
        dz ǆǳ
        lj ǉ
        nj ǌ
        """;

    internal static readonly FrozenDictionary<char, string> Plain = Table.Split('\n')
        .Select(line => line.Split(' '))
        .SelectMany(line => line[1].Trim().Select(letter => KeyValuePair.Create(letter, line[0])))
        .ToFrozenDictionary();
}
