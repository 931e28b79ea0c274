# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/HeadlessNews/HeadlessNews.csproj src/HeadlessNews/
RUN dotnet restore src/HeadlessNews
COPY src src
RUN dotnet publish src/HeadlessNews --no-restore -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# The administrator's key is kept here when none is configured: mount a volume to keep it.
RUN mkdir /app/.data && chown $APP_UID /app/.data
VOLUME /app/.data
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["dotnet", "HeadlessNews.dll"]
