using System.Text;
using HeadlessNews.Webhooks;

namespace HeadlessNews.Tests.Webhooks;

public sealed class SignatureTests
{
    /// <summary>The test vector that Standard Webhooks' own libraries are held to.</summary>
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1_614_265_330;
    private const string Expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");

    [Fact]
    public void The_published_test_vector_comes_out() =>
        Assert.Equal(Expected, Signature.Of(Id, Timestamp, Body, [Convert.FromBase64String(Secret["whsec_".Length..])]));

    [Fact]
    public void The_verifier_of_these_tests_takes_the_published_test_vector_and_nothing_beside_it()
    {
        Assert.True(Received.Verify(Secret, Id, $"{Timestamp}", Body, Expected));
        Assert.False(Received.Verify(Secret, Id, $"{Timestamp + 1}", Body, Expected));
        Assert.False(Received.Verify(Secret, Id + "x", $"{Timestamp}", Body, Expected));
        Assert.False(Received.Verify(Secret, Id, $"{Timestamp}", [.. Body, (byte)' '], Expected));
        Assert.False(Received.Verify(Signature.Text(Signature.MakeSecret()), Id, $"{Timestamp}", Body, Expected));
    }

    [Fact]
    public void A_secret_is_as_long_as_the_standard_wants_and_never_the_same()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => Signature.Text(Signature.MakeSecret())).ToList();

        Assert.Distinct(secrets);
        Assert.All(secrets, secret =>
        {
            Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
            Assert.InRange(Convert.FromBase64String(secret["whsec_".Length..]).Length, 24, 64);
        });
    }

    [Fact]
    public void There_is_a_signature_for_each_secret_in_their_order()
    {
        byte[][] secrets = [Signature.MakeSecret(), Signature.MakeSecret()];

        var both = Signature.Of(Id, Timestamp, Body, secrets);

        Assert.Equal([Signature.Of(Id, Timestamp, Body, [secrets[0]]), Signature.Of(Id, Timestamp, Body, [secrets[1]])], both.Split(' '));
    }
}
