namespace HeadlessNews.Access;

/// <summary>What a key may do; each role may do all that the one before it may.</summary>
public enum Role
{
    /// <summary>Read delivery where a key is demanded.</summary>
    Reader,

    /// <summary>Read editorial records; create articles, and edit and trash its own while they have never been public.</summary>
    Contributor,

    /// <summary>Edit, publish and delete any article; keep authors, sources and tags.</summary>
    Editor,

    /// <summary>Keep webhooks and API keys; read the audit.</summary>
    Admin,
}
