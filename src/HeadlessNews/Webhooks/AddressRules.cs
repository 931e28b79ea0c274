using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Webhooks;

/// <summary>
/// Whom the service may send to. An administrator's address is a request that the service makes from inside: without this it would reach
/// what only the inside reaches. An address is judged when it is connected to, as the very number that is connected to, so no name that
/// means something else a moment later can get around it.
/// </summary>
internal sealed class AddressRules(IOptions<WebhookSettings> settings)
{
    /// <summary>What IANA has set aside (RFC 6890 and its registry), and where a cloud answers its own machines.</summary>
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>All that is given out to the public; the rest, such as ::1, fc00::/7, fe80::/10, ff00::/8 and every form with an IPv4 address in it, is not in it.</summary>
    private static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");

    /// <summary>In there, but set aside: Teredo, benchmarks and others (2001::/23), documentation, 6to4.</summary>
    private static readonly IPNetwork[] NotPublic6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];

    /// <summary>Where a network without IPv4 finds it (RFC 6052): as public as the address inside.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly IPNetwork[] allowed = [.. settings.Value.AllowedAddresses.Select(text => TryParseNetwork(text, out var network) ? network : default)];

    public bool Permit(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(allowed, network => network.Contains(plain)) || IsPublic(address);
    }

    /// <summary>Whether a URL's host is an address that is refused: then the URL can be refused at once, and not only when it is sent to.</summary>
    public bool RefusesLiteral(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address)
        && IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal)
        && !Permit(literal);

    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Array.Exists(NotPublic4, network => network.Contains(address));
        }
        // Of a mapped address, IPNetwork compares the IPv4 address inside, also with networks of IPv6. No name has one for an address.
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0 || address.IsIPv4MappedToIPv6)
        {
            return false;
        }
        return Nat64.Contains(address)
            ? IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12)))
            : Public6.Contains(address) && !Array.Exists(NotPublic6, network => network.Contains(address));
    }

    /// <summary>A network in CIDR form, or one address.</summary>
    public static bool TryParseNetwork(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var one))
        {
            one = one.IsIPv4MappedToIPv6 ? one.MapToIPv4() : one;
            network = new IPNetwork(one, one.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
            return true;
        }
        return IPNetwork.TryParse(text, out network);
    }
}

/// <summary>Nothing was sent: the host has no address that may be sent to.</summary>
internal sealed class AddressRefusedException(string host) : Exception($"{host} has no address that may be sent to: none of them is on the public internet.");
