using HeadlessNews.Benchmarks.Measuring;

namespace HeadlessNews.Tests.Benchmarks;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 4, 1, 10, 2 }, 3)]
    public void The_median_is_the_middle_one_or_between_the_two_middle_ones(double[] values, double median) =>
        Assert.Equal(median, Statistics.Median(values));

    [Fact]
    public void There_is_no_median_of_nothing() => Assert.Throws<ArgumentException>(() => Statistics.Median([]));

    [Theory]
    [InlineData(50, 5)]
    [InlineData(99, 10)]
    [InlineData(90, 9)]
    [InlineData(1, 1)]
    public void A_percentile_is_a_value_that_was_measured(double percent, double value)
    {
        Assert.Equal(value, Statistics.Percentile([7, 1, 2, 10, 3, 9, 4, 8, 5, 6], percent));
        Assert.Throws<ArgumentException>(() => Statistics.Percentile([], percent));
    }

    [Fact]
    public void A_ratio_is_taken_round_by_round_so_that_a_slow_round_does_not_tell_against_one_of_the_two()
    {
        // The second round was slow for both.
        var ratio = Statistics.Compare([100, 30, 130], [200, 40, 200])!;

        Assert.Equal(0.65, ratio.Median, 6);
        Assert.Equal(0.5, ratio.Least, 6);
        Assert.Equal(0.75, ratio.Most, 6);
    }

    [Fact]
    public void Rounds_without_a_partner_make_no_ratio()
    {
        Assert.Equal(2, Statistics.Compare([2, 100], [1])!.Most);
        Assert.Null(Statistics.Compare([1], []));
    }
}
